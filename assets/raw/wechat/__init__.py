"""微信 WeChat official account (公众号): followers, tags and daily figures.

Belongs here: what only WeChat knows. Not here: HTTP, tokens and pulls in general, which are the
connector kernel's. Consumers are known by unionid across the applications of one company.
"""
