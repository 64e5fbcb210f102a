"""Alerts: who is told that a night failed, a limit tripped, or that nothing has been published for days.

alert        what is told, and what makes two alerts one
failed       of a night that failed
limits       of what validation found
watch        of what nobody would hear of because no night runs: stale marts, a disk that is too full
mail, webhook   how it gets out
send         to every channel, once; never fails its caller
"""
