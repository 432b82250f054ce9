"""Which emoji mean thanks or approval (METRICS-READINGS L1)."""

GRATITUDE = frozenset("🙏❤💚🫶👏🎉")
"""Default gratitude class, without variation selectors."""

POSITIVE = GRATITUDE | frozenset("👍🔥😂😄😍🥰💯🤩💪✨🏆👌🙌💙💛🧡💜")
"""Default positive class; it contains the gratitude class."""

_IGNORED = dict.fromkeys([0xFE0E, 0xFE0F, *range(0x1F3FB, 0x1F400)])


def plain(emoji: str) -> str:
    """An emoji without variation selectors and skin tones."""
    return emoji.translate(_IGNORED)
