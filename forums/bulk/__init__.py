"""Members in bulk: a file becomes a table, the table a plan, and the plan is shown first.

`files` reads, `rows` understands, `plan` compares with what is, `keeping` carries the table from
preview to confirmation. Nothing here writes: `forums.operations.import_members` does.
"""
