"""What the pages made of several rooms show: gathered in a fixed number of queries, handed on frozen."""
