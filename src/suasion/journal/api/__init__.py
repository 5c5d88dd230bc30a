"""The ledger for programs: reading for everybody, writing with a token."""
