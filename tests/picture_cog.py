"""A feature of a test's own: it shows a picture, as the charts will be shown."""

import struct
import zlib

from bot.cog import Cog
from bot.context import CommandContext
from bot.post import Attachment, Para, Post, Section


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check


def _png(side: int = 16) -> bytes:
    rows = b"".join(b"\0" + bytes((x * y) % 256 for x in range(side)) for y in range(side))
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


PICTURE = _png()
ALT = "A curve that rises"

cog = Cog("picture")


@cog.command()
async def picture(ctx: CommandContext) -> Post:
    """Show a picture."""
    section = Section("picture", "", (Para('Our week, drawn <by hand> & "true".'),))
    return Post("The week", (section,), files=(Attachment("week.png", PICTURE, ALT),))
