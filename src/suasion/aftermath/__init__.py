"""What then: the crisis game that follows a decision.

Read in this order: `game`, `validity`, `tree`, `logit`, `branch`, `quantal`,
`sequential`, `backward_induction`, `efg`; then `answer` with `numbers` and `influence`.
"""
