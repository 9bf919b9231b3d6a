"""The writer: commands of many callers become batches, and each batch one transaction.

reading  what a batch reads, and what is known without a read
writing  what a batch writes, as statements that are sent together
"""
