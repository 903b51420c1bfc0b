"""What is true in a business: every read of the product's tables, through the Supabase client."""

from proactive.facts.directory import Directory, OrganizationEntry, OwnerEntry
from proactive.facts.dispatch import DispatchReader
from proactive.facts.reader import FactsReader

__all__ = ["Directory", "DispatchReader", "FactsReader", "OrganizationEntry", "OwnerEntry"]
