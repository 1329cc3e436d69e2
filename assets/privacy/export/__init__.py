"""Access and portability 查阅与可携带: everything held on one person, as JSON and to be read.

Read only: what it finds is by the same leads as erasure (assets/privacy/subject).
"""
