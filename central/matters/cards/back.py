"""What the kernel asks of cards at the town hall."""

from central.kernel.matter import BackOffice, Purge, storable, taking
from central.kernel.retention import by_age
from central.matters.cards import store
from central.matters.cards.intake import keep_all, note_uses
from municipality.matters.cards import MATTER
from municipality.matters.cards.keeps import CardThing
from municipality.matters.cards.messages import CardBlockAct

BACK = BackOffice(
    MATTER,
    takes=(taking(CardBlockAct, CardBlockAct, storable, keep_all),),
    hears=note_uses,
    purges=(Purge(CardThing.CARDS, by_age(CardThing.CARDS, store.drop_cards)),),
)
