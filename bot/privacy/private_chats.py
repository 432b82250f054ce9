"""Private chats that moderators chose as the place where moderators read: theirs no longer."""

from bot.model import AccountId, private_chat
from bot.settings import load_settings, save_settings
from db.connection import Connection


async def leave_private_chat(connection: Connection, community: int, account: AccountId) -> None:
    """Say nothing more of a community in somebody's private chat, and forget what was said."""
    chat = private_chat(account)
    if chat is None:
        return
    if (await load_settings(connection, community)).moderators == chat:
        await save_settings(connection, community, moderators=None)
    where = {"platform": chat.platform, "target": chat.external_id}
    await connection.run("drop_posts_to", community=community, **where)
    await connection.run("drop_closed_channel", community=community, **where)


async def communities_writing_to(connection: Connection, account: AccountId) -> list[int]:
    """The communities that say, or lately said, something in somebody's private chat."""
    chat = private_chat(account)
    if chat is None:
        return []
    where = {"platform": chat.platform, "target": chat.external_id}
    rows = await connection.rows("communities_writing_to", channel=str(chat), **where)
    return sorted(row[0] for row in rows)
