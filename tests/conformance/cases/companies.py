"""Companies and the contacts who buy for them."""

from tests.conformance.cases.case import OTHER_CHOICES, case, comes_to, person
from tests.support.builders import line, order, refund

# A firm with three contacts, one by the id it had before a merge; a merged contact of a company that has no account; a
# guest with the address of a contact; and somebody who buys for herself.
CONTACTS = {
    "orders": [
        order("F", customer_id="firm", total=1),
        order("A", customer_id="anna", total=2),
        order("B", customer_id="bert", total=4),
        order("C", customer_id="old carl", total=8),
        order("G", customer_id=None, total=16, customer_email_hash="anna@firm"),
        order("E", customer_id="eve", total=32),
    ],
    "order_lines": [
        *(line("F", net=1), line("A", net=2), line("B", net=4)),
        *(line("C", net=8), line("G", net=16), line("E", net=32)),
    ],
    "refunds": [refund("note", "2024-04-01", None, 3, customer_id="bert")],
    "customers": [
        {"customer_id": "firm"},
        {"customer_id": "anna", "company_id": "firm", "email_hash": "anna@firm"},
        {"customer_id": "bert", "company_id": "old firm"},
        {"customer_id": "carl", "company_id": "acme"},
        # Whoever is left after a merge says for whom.
        {"customer_id": "old carl", "company_id": "firm"},
        {"customer_id": "eve"},
    ],
    "customer_aliases": [
        {"old_customer_id": "old firm", "surviving_customer_id": "firm"},
        {"old_customer_id": "old carl", "surviving_customer_id": "carl"},
    ],
}

COMPANIES = [
    case(
        "contacts_of_a_company",
        "B2B: who buys for a company is the company: its account, after merges, or a company without one",
        rows=CONTACTS,
        orders={
            "F": comes_to(gross=1, net=1, customer_id="contacts_of_a_company/firm"),
            "A": comes_to(gross=2, net=2, customer_id="contacts_of_a_company/firm"),
            "B": comes_to(gross=4, net=4, customer_id="contacts_of_a_company/firm"),
            "C": comes_to(gross=8, net=8, customer_id="contacts_of_a_company/acme"),
            "G": comes_to(gross=16, net=16, customer_id="contacts_of_a_company/firm"),
            "E": comes_to(gross=32, net=32, customer_id="contacts_of_a_company/eve"),
        },
        days={"2024-03-01": (6, 63), "2024-04-01": (0, -3)},
        # The credit note is Bert's, and so the firm's.
        customers={
            "firm": person(4, 20, is_business=True),
            "acme": person(1, 8, is_business=True),
            "eve": person(1, 32, is_business=False),
        },
    ),
    case(
        "contacts_by_themselves",
        "B2B: a shop may take each contact for a customer, a business all the same",
        settings=OTHER_CHOICES,
        rows=CONTACTS,
        orders={
            "F": comes_to(gross=1, net=1, customer_id="contacts_by_themselves/firm"),
            "A": comes_to(gross=2, net=2, customer_id="contacts_by_themselves/anna"),
            "B": comes_to(gross=4, net=4, customer_id="contacts_by_themselves/bert"),
            "C": comes_to(gross=8, net=8, customer_id="contacts_by_themselves/carl"),
            "G": comes_to(gross=16, net=16, customer_id="contacts_by_themselves/anna"),
            "E": comes_to(gross=32, net=32, customer_id="contacts_by_themselves/eve"),
        },
        days={"2024-03-01": (6, 63), "2024-04-01": (0, -3)},
        customers={
            "firm": person(1, 1, is_business=False),
            "anna": person(2, 18, is_business=True),
            "bert": person(1, 1, is_business=True),
            "carl": person(1, 8, is_business=True),
            "eve": person(1, 32, is_business=False),
        },
    ),
    case(
        "companies_above_companies",
        "B2B: a company that buys for another is that one; of companies that name each other, the smallest id; one "
        "that names itself is itself",
        rows={
            "orders": [
                order("D", customer_id="dora", total=1),
                order("B", customer_id="branch", total=2),
                order("L", customer_id="left", total=4),
                order("R", customer_id="right", total=8),
                order("T", customer_id="tail", total=16),
                order("S", customer_id="self", total=32),
                order("O", customer_id="ring2", total=64),
            ],
            "order_lines": [
                *(line("D", net=1), line("B", net=2), line("L", net=4), line("R", net=8), line("T", net=16)),
                *(line("S", net=32), line("O", net=64)),
            ],
            "customers": [
                {"customer_id": "dora", "company_id": "branch"},
                {"customer_id": "branch", "company_id": "group"},
                {"customer_id": "left", "company_id": "right"},
                {"customer_id": "right", "company_id": "left"},
                {"customer_id": "tail", "company_id": "also"},
                {"customer_id": "also", "company_id": "right"},
                {"customer_id": "self", "company_id": "self"},
                # Of accounts merged in a ring, the smallest says whose it is.
                {"customer_id": "ring1", "company_id": "group"},
                {"customer_id": "ring2", "company_id": "self"},
            ],
            "customer_aliases": [
                {"old_customer_id": "ring1", "surviving_customer_id": "ring2"},
                {"old_customer_id": "ring2", "surviving_customer_id": "ring1"},
            ],
        },
        orders={
            name: comes_to(gross=net, net=net)
            for name, net in {"D": 1, "B": 2, "L": 4, "R": 8, "T": 16, "S": 32, "O": 64}.items()
        },
        days={"2024-03-01": (7, 127)},
        customers={
            "group": person(3, 67, is_business=True),
            "left": person(3, 28, is_business=True),
            "self": person(1, 32, is_business=True),
        },
    ),
]
