"""What a response must pass, one guard a file; each refuses in its own words.

About the request: `origin`, `ticket`, `honeypot`. About the words: `links`, `words`,
`own_address`. About the sender: `rate`, `ban`. That the same response does not come
twice is a constraint of the database (`sending`).
"""
