"""What `genaudit init` finds and writes."""
