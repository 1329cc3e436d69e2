"""The demo company: generated data laid over the Complete Journey households.

Here belong: the source contracts (`sources/`), the settings of the demo company (`demo.env`) and
the generator that writes its files (`python -m demo.generate`). Here do not belong: anything that
the pipeline imports. The pipeline knows the demo company only through its files and contracts, as
it knows any other company.
"""
