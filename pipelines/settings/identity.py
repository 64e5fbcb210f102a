"""`[identity]` of the shop's file: which accounts and addresses are one person, and which addresses say nothing.

`raw.shop` holds for dbt what is judged on the warehouse's own rows. What is judged by the words of an address is judged
at extraction, since the warehouse holds no address.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from pipelines.settings.sections import Section

_Id = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True)]
_LocalPart = Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^[^@+\s]+$")]
_DomainPattern = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*(\.\*|\.[a-z0-9-]+)$")]

# RFC 2142 names the mailboxes of a business; shops in five languages use their own words beside them, and tills a word
# for nobody. Not here: hello, mail, me, post, since these are as often somebody's own address.
_ROLES = (
    *("info", "contact", "kontakt", "contacto", "office", "reception", "receptie", "kantoor", "accueil"),
    *("sales", "verkoop", "vertrieb", "verkauf", "ventes", "ventas", "marketing"),
    *("order", "orders", "bestelling", "bestellingen", "bestellung", "bestellungen", "commande", "commandes"),
    *("purchase", "purchasing", "procurement", "inkoop", "einkauf", "achats", "pedidos", "ordini"),
    *("shop", "store", "webshop", "winkel", "webwinkel", "kassa", "boutique", "tienda", "laden"),
    *("admin", "administrator", "administratie", "verwaltung", "administration", "administracion", "secretariaat"),
    *("finance", "accounts", "accounting", "billing", "invoice", "invoices", "factuur", "facturen", "rechnung"),
    *("boekhouding", "buchhaltung", "comptabilite", "facturation", "crediteuren", "debiteuren"),
    *("support", "service", "help", "helpdesk", "klantenservice", "kundenservice", "customerservice"),
    *("noreply", "no-reply", "donotreply", "do-not-reply", "postmaster", "webmaster", "hostmaster", "abuse"),
    *("none", "nobody", "unknown", "anonymous", "guest", "nomail", "noemail", "test"),
    *("geen", "geenemail", "niemand", "onbekend", "anoniem", "gast", "unbekannt", "anonym"),
)

# What marketplaces write in the place of the buyer's address, as orders from them show (seen in November 2026). The
# star stands for a country: marketplace.amazon.co.uk.
_MARKETPLACES = (
    "verkopen.bol.com",
    "marketplace.amazon.*",
    "members.ebay.*",
    "relay.walmart.com",
    "allegromail.pl",
    "kaufland-online.de",
    "notification.mirakl.net",
    "scs.tiktokw.us",
)


class Identity(Section):
    """`[identity]`: which accounts and addresses are one person. [Method](method.md) has the effects."""

    join_accounts_by_address: bool = False
    """Whether accounts with the same e-mail address are one customer. For shops whose system gives every guest
    checkout an account id of its own. Contacts of a company stay with their company."""

    guest_customer_ids: tuple[_Id, ...] = ("0", "-1", "", "null")
    """Values of `customer_id` that mean a guest, in every table that names an account. Capitals and blanks around a
    value do not matter."""

    role_addresses: tuple[_LocalPart, ...] = _ROLES
    """What stands before the `@` of addresses that many people use: these join nobody. "+tag" is left out of the
    comparison. The list replaces the default."""

    own_domains: tuple[_DomainPattern, ...] = ()
    """The shop's own domains, whose addresses join nobody: a till or the telephone desk types them for any buyer. A
    domain includes those below it."""

    marketplace_domains: tuple[_DomainPattern, ...] = _MARKETPLACES
    """Domains of the addresses that marketplaces write in the place of the buyer's; they join nobody. A domain includes
    those below it, and one that ends in `.*` all countries. The list replaces the default."""

    # Nobody orders more than once a day, all month.
    max_monthly_orders_per_address: int = Field(default=31, ge=1)
    """Orders with one address in a calendar month, up to which it is taken for one person's. An address that had more
    in any month joins nobody."""

    # Work, home and old addresses of one person, and a few gifts, stay below it.
    max_addresses_per_account: int = Field(default=10, ge=1)
    """Addresses on the orders of one account, up to which it is taken for one person's. With more, the night warns, and
    the addresses typed on its orders join nobody."""

    def address_rules(self) -> tuple[tuple[str, ...], ...]:
        """The settings that are judged before addresses are hashed: another value reads the whole history again."""
        return self.role_addresses, self.own_domains, self.marketplace_domains
