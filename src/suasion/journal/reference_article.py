"""The article that a new journal opens with: the reference case, in our own words."""

from __future__ import annotations

__all__ = ["AUTHOR", "BODY", "CASE", "LEAD", "SECTION", "TITLE"]

CASE = "deep-strikes"
SECTION = "war"
AUTHOR = "The editors"
TITLE = "Ten weeks to a yes: can Paris and London move Washington on missiles?"
LEAD = (
    "Only the United States can lift the limit on long-range missiles, and its next "
    "president is expected to leave it in place. We put a number on the time that is left."
)
BODY = """\
<p>France and the United Kingdom want Ukraine to be free to use Western long-range \
missiles deeper inside Russia. They can offer missiles of their own; what they cannot \
offer is permission. For that they need Washington, and the administration they are \
talking to leaves office on 20 January 2025.</p>
<h2>What is asked</h2>
<p>Since the end of May 2024 the United States has allowed strikes over a strip of the \
border near Kharkiv. The request is to go beyond it. Anything counts as a yes that widens \
the area, even a permission limited to one region or one kind of target, as long as \
American officials are reported to have given it.</p>
<h2>Who is on which side</h2>
<p>Ukraine asks in public. Beside France and the United Kingdom, several smaller allies \
speak in favour, Denmark and the Netherlands among them. Italy and Hungary are counted \
against, by our judgement rather than by a source, and so is Russia, which has no seat at \
the table but whose answer everybody there has in mind.</p>
<p>None of them decides. A majority of allies in favour changes what a refusal costs; it \
does not turn a refusal into a permission.</p>
<h2>Why it may happen all the same</h2>
<p>The same government has given way before. Tanks, aircraft, longer-ranged artillery: \
each was first refused, then discussed, then delivered, mostly after others had pressed \
for months. Our ledger holds two dozen such requests with their dates. It says how often \
the answer came, and how long that took; it also says that ten weeks are short.</p>
<h2>What the number means</h2>
<p>The forecast below uses nothing that was published after 11 November 2024. Its numbers \
for positions and influence are judgements wherever no source is cited, and this case was \
coded by people who already knew how the story ended: they tuned nothing to it, but nobody \
can forget on purpose. Read the range, not only the figure. Then write down your own.</p>
"""
