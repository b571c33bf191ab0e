"""From arrays to the tables of the contract: Arrow tables with texts stored once."""
