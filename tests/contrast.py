"""Contrast as WCAG 2 defines it, for the tests of colours."""

GRAPHICS, TEXT = 3.0, 4.5  # success criteria 1.4.11 and 1.4.3, level AA


def luminance(rgb):
    """Return the relative luminance of an sRGB colour, each part from 0 to 1."""
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """Return the ratio from 1 to 21 of two sRGB colours."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def over(rgba, ground):
    """Return what is seen of a colour with an alpha in front of another."""
    return tuple(
        rgba[3] * v + (1 - rgba[3]) * back for v, back in zip(rgba[:3], ground, strict=True)
    )
