"""What the partnerships publish as data under the International Aid Transparency Initiative (IATI, version 2.03).

`facts` gathers what may be published, `checks` says what stands in the way, `elements` writes each element, and
`services` puts them together in the order of the schema.
"""
