"""Time to approval: will the gatekeeper say yes before the window closes?

A Bayesian survival model whose reference class is the ledger of precedents and whose
covariates come from the case. Read in this order: `reference_class`, `covariate`,
`hazard`, `prior`, `candidate`, `posterior`, `dossier`, `fitting`, `pressure`, `curve`.
"""
