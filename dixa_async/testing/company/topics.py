"""What people write about. ``{order}`` and ``{product}`` stand for an order number and a product."""

from typing import Final

import attrs

_ELECTRIC: Final = ("Harbour lamp", "Pocket kettle", "Echo speaker", "Nimbus radio")
_PRODUCTS: Final = (
    *_ELECTRIC, "Cedar desk", "Trail bottle", "Moss blanket", "Field notebook", "Orbit chair", "Willow backpack",
)  # fmt: skip


@attrs.frozen(kw_only=True)
class Topic:
    """What a conversation is about."""

    queue: str
    """The name of the queue that works on it."""
    tag: str
    subjects: tuple[str, ...]
    questions: tuple[str, ...]
    replies: tuple[str, ...]
    notes: tuple[str, ...]
    products: tuple[str, ...] = _PRODUCTS


QUEUES: Final = ("Support", "Billing", "Returns", "Technical")
"""The first one is the default queue."""

TAGS: Final = (
    ("delivery", "#2980b9"),
    ("refund", "#c0392b"),
    ("bug", "#8e44ad"),
    ("billing", "#f39c12"),
    ("account", "#16a085"),
    ("praise", "#27ae60"),
    ("urgent", "#e74c3c"),
    ("spam", "#7f8c8d"),
)
"""The tags with their colors."""

TEAMS: Final = ("Europe", "Americas", "Evenings")

TOPICS: Final = (
    Topic(
        queue="Support",
        tag="delivery",
        subjects=("Where is my order {order}?", "Order {order} has not arrived", "Delivery of my {product}"),
        questions=(
            "Hello, I ordered a {product} last week (order {order}), and it is still not here. Where is it?",
            "The tracking page of order {order} has not changed for three days. Can you find out what happened?",
            "My {product} was to arrive yesterday. Is order {order} lost?",
        ),
        replies=(
            "Thanks for writing to us! Order {order} left our warehouse this morning and should be with you in two"
            " days.",
            "I am sorry for the wait. The carrier had a delay; the {product} is at the depot near you now.",
            "I have asked the carrier about order {order}, and will write as soon as I know more.",
        ),
        notes=("Carrier confirms that {order} was scanned at the depot.", "Second time that this customer waits."),
    ),
    Topic(
        queue="Returns",
        tag="refund",
        subjects=("Return of order {order}", "Refund for my {product}", "I want to send the {product} back"),
        questions=(
            "The {product} from order {order} is not what I hoped for. How can I return it?",
            "I sent order {order} back ten days ago. When do I get my money?",
            "The {product} arrived with a scratch. Can I have a refund?",
        ),
        replies=(
            "Of course. A return label for order {order} is on its way to your inbox.",
            "Your refund for the {product} was made today. It can take three days to show on your account.",
            "Sorry about that! Would you rather have a new {product}, or your money back?",
        ),
        notes=("Refund approved, full amount.", "Photo shows damage from transport."),
    ),
    Topic(
        queue="Technical",
        tag="bug",
        products=_ELECTRIC,
        subjects=("{product} does not turn on", "Error in your app", "Problem with my {product}"),
        questions=(
            "Since the last update my {product} does not connect any more. What can I do?",
            "Your app closes each time I open order {order}.",
            "The {product} makes a strange noise. Is it broken?",
        ),
        replies=(
            "Please hold the button for ten seconds; the {product} then starts afresh. Does it connect now?",
            "Thank you for the report. We could reproduce this, and a fix comes with the next version.",
            "That should not happen. Could you send us a photo of the label at the bottom?",
        ),
        notes=("Known problem with firmware 4.2.", "Asked the developers about it."),
    ),
    Topic(
        queue="Billing",
        tag="billing",
        subjects=("Invoice for order {order}", "Charged twice", "Question about my bill"),
        questions=(
            "I need an invoice for order {order} with my company's name on it.",
            "My card was charged twice for the {product}. Please check order {order}.",
            "Why is the total of order {order} higher than what the shop showed?",
        ),
        replies=(
            "The invoice for order {order} is attached to the confirmation that we have just sent again.",
            "I see one payment and one reservation; the reservation disappears within five days.",
            "The difference is the delivery. I have taken it off as a courtesy.",
        ),
        notes=("Checked with finance: only one payment.", "Wants invoices quarterly from now on."),
    ),
    Topic(
        queue="Support",
        tag="account",
        subjects=("Cannot log in", "Change of address", "Please delete my account"),
        questions=(
            "I cannot log in any more, and the email to reset my password does not come.",
            "I have moved. Can you send order {order} to my new address?",
            "How do I change the email address of my account?",
        ),
        replies=(
            "I have sent you a new link. Please also look into your spam folder.",
            "Done! Order {order} goes to the new address.",
            "You can change it in your profile, under Contact. Tell me if that does not work.",
        ),
        notes=("Identity checked.", "Had the same trouble in spring."),
    ),
    Topic(
        queue="Support",
        tag="praise",
        subjects=("Thank you!", "I love my {product}", "A word of praise"),
        questions=(
            "I just want to say that the {product} is wonderful. Do you make it in green, too?",
            "Order {order} came a day early. Great service!",
        ),
        replies=(
            "That is so kind of you! I have passed it on to the whole team.",
            "Thank you! There will be a green {product} in spring.",
        ),
        notes=("Ask whether we may quote this.",),
    ),
)

FOLLOW_UPS: Final = (
    "Thank you, I will try that.",
    "Is there any news about {order}?",
    "That did not help, unfortunately. What else can I do?",
    "Sorry, I meant the other {product}.",
    "OK, and how long will that take?",
)
GOODBYES: Final = (
    "Glad that it works now. Have a nice day!",
    "You are welcome! Write to us at any time.",
    "I close this for now. Just reply if anything is left.",
)
RETURNS: Final = ("It happened again.", "One more question about {order}.", "It is still not solved, I am afraid.")
SPAM: Final = ("You have won a prize! Just send us your details.", "Cheap followers for your shop, only today.")
PRAISE: Final = ("Quick and friendly.", "Solved at once, thanks!", "Very helpful.")
COMPLAINTS: Final = ("Took too long.", "I had to explain it twice.", "It is still not solved.")
