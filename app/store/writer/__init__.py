"""The writer: commands of many callers become batches, and each batch one transaction."""
