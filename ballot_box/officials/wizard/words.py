"""What the officials' tools find, in plain Greek: they speak English to whoever verifies, Greek to whoever signs."""

from __future__ import annotations

import re

from ballot_box.officials.consent import Agree, plainly

_WORDS: tuple[tuple[str, str], ...] = (
    # the passphrase and the folder
    (r"a passphrase has at least (\d+) characters; four words do well", r"Η φράση θέλει τουλάχιστον \1 γράμματα."),
    (r"the two are not the same; nothing was made", "Τις δύο φορές δεν γράψατε το ίδιο. Δεν έγινε τίποτα· πάμε πάλι."),
    (r"this is not the passphrase", "Δεν είναι αυτή η φράση. Προσέξτε κεφαλαία, τόνους, γλώσσα."),
    (r"(.+): somebody's keys are here already", "Σε αυτόν τον φάκελο υπάρχουν ήδη κλειδιά."),
    (r"(.+): no keys of an official are here", "Σε αυτόν τον φάκελο δεν υπάρχουν κλειδιά υπευθύνου."),
    (r"(.+): the key is not on P-256", "Το κλειδί του φακέλου δεν είναι τέτοιο που χρειάζεται."),
    (
        r"(.+): no part of a key for ballots is here",
        "Σε αυτόν τον φάκελο δεν υπάρχει μέρος του κλειδιού των ψηφοφοριών.",
    ),
    (
        r"the part of the key for ballots does not open",
        "Το μέρος σας από το κλειδί δεν ανοίγει: ο φάκελος έχει αλλάξει.",
    ),
    (
        r"(.+): it is not known yet to which officials this one belongs",
        "Δεν έχετε μπει ακόμη στους υπευθύνους της θητείας: κάντε πρώτα την υπογραφή του καταλόγου.",
    ),
    (
        r"(.+): line (\d+) cannot be read",
        r"Το τετράδιο του φακέλου σας (γραμμή \2) δεν διαβάζεται. Μην το διορθώσετε: λέει τι έχετε υπογράψει.",
    ),
    # signing
    (r"you did not agree", "Δεν γράψατε ΣΥΜΦΩΝΩ. Δεν έγινε τίποτα."),
    (r"you are none of these officials, nor of those before them", "Δεν είστε σε αυτόν τον κατάλογο υπευθύνων."),
    (r"the key for ballots cannot be read", "Το κοινό κλειδί των επιτρόπων δεν διαβάζεται."),
    (
        r"the key for ballots is not of the trustees whose cards you were given",
        "ΠΡΟΣΟΧΗ: το κοινό κλειδί δεν είναι των επιτρόπων με τους οποίους το φτιάξατε. Πείτε το σε όλους.",
    ),
    (
        r"your part of the key for ballots is not the one that you accepted",
        "ΠΡΟΣΟΧΗ: το μέρος σας στο κοινό κλειδί δεν είναι αυτό που δεχτήκατε. Μην υπογράψετε, και πείτε το σε όλους.",
    ),
    (
        r"the key for ballots is not made of what each trustee has signed",
        "ΠΡΟΣΟΧΗ: το κοινό κλειδί δεν είναι από όσα υπέγραψε κάθε επίτροπος. Μην υπογράψετε, και πείτε το σε όλους.",
    ),
    (
        r"a set-up is signed by the registrar and the trustees",
        "Μια ψηφοφορία την υπογράφουν ο υπεύθυνος μητρώου και οι επίτροποι.",
    ),
    (
        r"an extension is signed by the registrar and the trustees",
        "Μια παράταση την υπογράφουν ο υπεύθυνος μητρώου και οι επίτροποι.",
    ),
    (r"a declaration is signed by two officers", "Μια δήλωση την υπογράφουν οι υπάλληλοι που δηλώνουν, δύο μαζί."),
    (r"it would have closed already", "Θα είχε ήδη κλείσει. Δείτε αν το ρολόι του υπολογιστή σας είναι σωστό."),
    (r"it names other officials", "Γράφει άλλους υπευθύνους, όχι εσάς."),
    (
        r"its ballots would be opened by another key than that of our trustees",
        "Οι ψήφοι θα άνοιγαν με άλλο κλειδί, όχι των δικών μας επιτρόπων.",
    ),
    (
        r"you have signed this vote before, with something else in it",
        "Την έχετε ήδη υπογράψει, με άλλο περιεχόμενο. Δεν υπογράφεται δεύτερη.",
    ),
    (
        r"its credentials or its roll are not those that you made",
        "Δεν έχει τον κατάλογο και τα ψηφοδέλτια που εσείς φτιάξατε.",
    ),
    (
        r"cards that you gave no slip are not said to be left out",
        "Κάρτες που έμειναν χωρίς ψηφοδέλτιο δεν αναφέρονται σε αυτήν.",
    ),
    (r"you have made no credentials for it", "Για αυτήν δεν έχετε φτιάξει ψηφοδέλτια."),
    (r"it is not a later end of this vote", "Δεν είναι παράταση αυτής της ψηφοφορίας."),
    (r"it is about another vote", "Είναι για άλλη ψηφοφορία."),
    (r"--setup is missing: what is signed is compared with it", "Λείπει το αρχείο της ψηφοφορίας, για σύγκριση."),
    # opening
    (r"you are not one of the trustees of these officials", "Δεν είστε επίτροπος σε αυτόν τον κατάλογο υπευθύνων."),
    (
        r"you have opened this vote before, with another board: a second one is never opened",
        "ΠΡΟΣΟΧΗ: την έχετε ήδη ανοίξει, με άλλες ψήφους. Δεύτερη φορά δεν ανοίγεται.",
    ),
    (
        r"the board has not been closed and multiplied out yet: there is nothing to open",
        "Το δημαρχείο δεν έχει κλείσει ακόμη την καταμέτρηση: δεν υπάρχει τίποτα να ανοίξει.",
    ),
    (r"there is no result on the board yet", "Δεν υπάρχει ακόμη αποτέλεσμα."),
    (r"this is not the board that you opened", "ΠΡΟΣΟΧΗ: δεν είναι η ψηφοφορία που ανοίξατε."),
    (r"the board is not the election that the officials signed for", "Δεν είναι η ψηφοφορία που υπογράφηκε."),
    (r"the board cannot be read: (.+)", r"Το αρχείο με τις ψήφους δεν διαβάζεται (στα αγγλικά: \1)."),
    (r"extension: (.+)", r"Η παράταση: \1"),
    (r"it is another vote's", "Είναι άλλης ψηφοφορίας."),
    (r"a vote is never shortened", "Μια ψηφοφορία δεν τελειώνει ποτέ νωρίτερα."),
    (r"the board has other credentials than the registrar made", "Ψηφίζουν άλλοι από εκείνους του υπευθύνου μητρώου."),
    (r"the board: (.+)", r"Η καταμέτρηση δεν βγαίνει σωστή (στα αγγλικά: \1)."),
    (r"the set-up: (.+)", r"Η ψηφοφορία: \1"),
    (r"the registrar has not signed it", "Δεν την έχει υπογράψει ο υπεύθυνος μητρώου."),
    (
        r"(\d+) of the trustees have signed it, and it takes (\d+)",
        r"Την έχουν υπογράψει \1 επίτροποι, και χρειάζονται \2.",
    ),
    (
        r"the vote is open until (.+), and it is (.+) here",
        r"Η ψηφοφορία κλείνει \1, και το ρολόι εδώ λέει \2. Πριν κλείσει δεν ανοίγεται.",
    ),
    (r"the closing statement of booth (.+): (.+)", r"Η δήλωση λήξης του σημείου \1 δεν στέκει (στα αγγλικά: \2)."),
    (
        r"booth (.+) has made two different closing statements",
        r"Το σημείο \1 έχει δώσει δύο διαφορετικές δηλώσεις λήξης.",
    ),
    (
        r"nothing has been heard of booth (.+), and nobody has declared it lost",
        r"Από το σημείο \1 δεν ήρθε δήλωση λήξης, και κανείς δεν έχει δηλώσει ότι χάθηκε.",
    ),
    (r"booth (.+) is declared lost, and is none that is missing", r"Το σημείο \1 δηλώθηκε χαμένο, αλλά δεν λείπει."),
    (r"booth (.+) may still be heard until (.+)", r"Το σημείο \1 μπορεί ακόμη να στείλει έως \2."),
    (r"the closing slip: (.+)", r"Ο κωδικός του χαρτιού λήξης: \1"),
    (
        r"the closing slip is of none of these statements: what the booth said is not what is shown here",
        "ΠΡΟΣΟΧΗ: το χαρτί λήξης δεν ταιριάζει με καμία δήλωση. Αυτό που είπε το σημείο δεν είναι αυτό που σας έδωσαν.",
    ),
    (
        r"this code has (\d+) groups of 4 letters and digits",
        r"Ο κωδικός λήξης έχει \1 ομάδες από 4 γράμματα και αριθμούς.",
    ),
    (r"a letter of the code is wrong: read it again", "Ένα γράμμα του κωδικού λήξης είναι λάθος: διαβάστε τον ξανά."),
    (r"the officers' declaration: (.+)", r"Η δήλωση των υπαλλήλων: \1"),
    (r"(\d+) of the officers have signed it, and it takes 2", r"Την έχουν υπογράψει \1 υπάλληλοι, και χρειάζονται 2."),
    (r"a ballot stands on the board twice", "Μια ψήφος είναι γραμμένη δύο φορές."),
    (r"a ballot stands on the board that the officers have refused", "Μετρά μια ψήφος που οι υπάλληλοι απέκλεισαν."),
    (
        r"(\d+) ballots are said to be superseded and stand on the board",
        r"\1 ψήφοι λένε ότι αντικαταστάθηκαν, αλλά είναι γραμμένες.",
    ),
    (
        r"(\d+) ballots that booths took are neither on the board nor superseded nor refused",
        r"ΠΡΟΣΟΧΗ: λείπουν \1 ψήφοι που πήραν τα σημεία.",
    ),
    (
        r"(\d+) ballots stand on the board that no booth has taken",
        r"ΠΡΟΣΟΧΗ: είναι γραμμένες \1 ψήφοι που δεν τις πήρε κανένα σημείο.",
    ),
    (
        r"(\d+) ballots are said to be superseded that no booth has taken",
        r"\1 ψήφοι λένε ότι αντικαταστάθηκαν, αλλά δεν τις πήρε κανένα σημείο.",
    ),
    (
        r"(\d+) ballots count, and fewer than (\d+) are not opened: they could be told apart",
        r"Μετρούν \1 ψήφοι. Με λιγότερες από \2 δεν ανοίγεται, για να μη φανεί ποιος ψήφισε τι.",
    ),
    (
        r"a ballot is said to be superseded whose voter has none on the board",
        "Μια ψήφος λέει ότι αντικαταστάθηκε, χωρίς άλλη στη θέση της.",
    ),
    (r"a ballot that is said to be superseded is not sound", "Μια ψήφος που λέει ότι αντικαταστάθηκε δεν είναι σωστή."),
    (
        r"a ballot that is said to be superseded is of no credential of this vote",
        "Μια ψήφος που λέει ότι αντικαταστάθηκε δεν είναι αυτής της ψηφοφορίας.",
    ),
    (
        r"(\d+) ballots that the officers have admitted are neither on the board nor superseded",
        r"ΠΡΟΣΟΧΗ: λείπουν \1 ψήφοι που οι υπάλληλοι δέχτηκαν.",
    ),
    # auditors' cards
    (r"(.+): nothing was deposited here for this vote", "Σε αυτόν τον φάκελο δεν έχουν κατατεθεί επιλογές για αυτήν."),
    (r"what was deposited here does not open", "Ό,τι έχει κατατεθεί εδώ δεν ανοίγει: ο φάκελος έχει αλλάξει."),
    (
        r"auditors' cards: there are none, or at least (\d+): fewer ballots are never opened",
        r"Οι κάρτες ελέγχου είναι τουλάχιστον \1: λιγότερες ψήφοι δεν ανοίγονται ποτέ.",
    ),
    (
        r"auditors' cards: (.+) is not on this roll, or gets no slip",
        r"Η κάρτα \1 δεν είναι σε αυτόν τον κατάλογο, ή δεν παίρνει ψηφοδέλτιο.",
    ),
    (
        r"auditors' cards: the numbers of the answers, or «λευκό», are expected, with / between questions",
        "Γράψτε τον αριθμό της απάντησης (1, ή 1, 3) ή «λευκό»· ανάμεσα στις ερωτήσεις «/».",
    ),
    (
        r"its auditors' cards are not those that you have on your list",
        "Δεν έχει τις κάρτες ελέγχου που έχετε στη λίστα σας.",
    ),
    (
        r"an auditor has deposited a choice that its questions do not allow",
        "Κάποιος ελεγκτής έχει καταθέσει επιλογή που οι ερωτήσεις της δεν επιτρέπουν.",
    ),
    (r"no auditors' cards take part in this vote", "Σε αυτήν δεν υπάρχουν κάρτες ελέγχου."),
    (
        r"the vote is open until (.+): until then nobody reads what was deposited",
        r"Η ψηφοφορία κλείνει \1. Πριν κλείσει, κανείς δεν διαβάζει ό,τι έχει κατατεθεί.",
    ),
    (
        r"the set-up commits to other choices than those that were deposited here",
        "Η ψηφοφορία δεσμεύεται σε άλλες επιλογές, όχι σε όσες έχουν κατατεθεί εδώ.",
    ),
    (
        r"no auditors' cards take part in this vote, and a board or a list of theirs is here",
        "Σε αυτήν δεν υπάρχουν κάρτες ελέγχου, και όμως σας έδωσαν ψήφους ή λίστα τους.",
    ),
    (
        r"auditors' cards take part in this vote, and their list or their board is not here",
        "Σε αυτήν υπάρχουν κάρτες ελέγχου, και λείπει η λίστα ή οι ψήφοι τους.",
    ),
    (
        r"the list of auditors' cards is not the one that the set-up commits to",
        "ΠΡΟΣΟΧΗ: η λίστα των καρτών ελέγχου δεν είναι εκείνη για την οποία υπογράψατε.",
    ),
    (
        r"a credential on the list of auditors' cards is none of this vote",
        "Στη λίστα των καρτών ελέγχου υπάρχει κάρτα που δεν ψηφίζει σε αυτήν.",
    ),
    (
        r"the auditors' deposited choices are not those that the set-up commits to",
        "ΠΡΟΣΟΧΗ: οι επιλογές των ελεγκτών δεν είναι εκείνες που είχαν κατατεθεί.",
    ),
    (
        r"the auditors' deposited choices are not those of the auditors' cards",
        "Οι επιλογές που σας έδωσαν δεν είναι αυτών των καρτών ελέγχου.",
    ),
    (r"a ballot stands on both boards", "ΠΡΟΣΟΧΗ: μια ψήφος μετρά και ως ψήφος και ως ψήφος ελέγχου."),
    (
        r"a ballot of an auditor's card stands on the vote's own board",
        "ΠΡΟΣΟΧΗ: μια ψήφος ελέγχου μετρά μαζί με τις άλλες.",
    ),
    (
        r"a ballot stands on the auditors' board whose credential is not on the list of their cards",
        "ΠΡΟΣΟΧΗ: ανάμεσα στις ψήφους ελέγχου υπάρχει ψήφος άλλης κάρτας.",
    ),
    (r"the auditors' board has not been closed yet", "Οι ψήφοι ελέγχου δεν έχουν κλείσει ακόμη."),
    (r"the auditors' board has not been multiplied out yet", "Οι ψήφοι ελέγχου δεν ετοιμάστηκαν ακόμη για άνοιγμα."),
    (
        r"the auditors' board has no result yet, or one of too few ballots",
        "Οι ψήφοι ελέγχου δεν έχουν ακόμη αποτέλεσμα, ή έχουν με πολύ λίγες ψήφους.",
    ),
    (
        r"(\d+) auditors' ballots are on their board, and fewer than (\d+) are not opened",
        r"Οι ψήφοι ελέγχου είναι \1. Λιγότερες από \2 δεν ανοίγονται.",
    ),
    (r"the auditors' board: (.+)", r"Οι ψήφοι ελέγχου δεν βγαίνουν σωστές (στα αγγλικά: \1)."),
    (
        r"Beside it (\d+) ballots of (\d+) auditors' cards are opened, to be compared with their deposits\.",
        r"Μαζί ανοίγονται, χωριστά, \1 ψήφοι ελέγχου (κάρτες ελέγχου: \2), για σύγκριση με όσα κατατέθηκαν.",
    ),
    (
        r"(\d+) ballots of (\d+) auditors' cards came: too few to be opened, so no booth has been tested\.",
        r"Ήρθαν \1 ψήφοι ελέγχου (κάρτες ελέγχου: \2): πολύ λίγες για να ανοιχτούν. Τα σημεία δεν ελέγχθηκαν.",
    ),
    # what is shown before opening
    (r"Two officers have admitted (\d+) ballots that a rule would not\.", r"Δύο υπάλληλοι δέχτηκαν κατ' εξαίρεση: \1."),
    (r"«(.+)», (\d+) on the roll, closed at (.+)\.", r"«\1»: μπορούσαν να ψηφίσουν \2, έκλεισε \3."),
    (r"(\d+) of (\d+) booths have made their closing statement\.", r"Δήλωση λήξης έδωσαν \1 από τα \2 σημεία."),
    (r"Declared lost: booth (.+) \((.+)\)\.", r"Δηλώθηκε χαμένο το σημείο \1 (\2)."),
    (r"The slip is that of booth (.+): (\d+) ballots\.", r"Το χαρτί λήξης είναι του σημείου \1: \2 ψήφοι."),
    (
        r"(\d+) ballots are on the board; (\d+) were superseded before, (\d+) refused\.",
        r"Γραμμένες ψήφοι: \1. Αντικαταστάθηκαν πριν γραφτούν: \2. Αποκλείστηκαν: \3.",
    ),
    (
        r"(\d+) of them came from a booth that was lost before it made a statement\.",
        r"Από αυτές, \1 ήρθαν από σημείο που χάθηκε.",
    ),
    (r"(\d+) ballots count, one for each voter\.", r"Μετρούν \1 ψήφοι, μία για καθέναν που ψήφισε."),
    (r"The set-up is signed and the vote is over\.", "Η ψηφοφορία είναι υπογεγραμμένη και έχει λήξει."),
    (r"Every booth has been heard, or declared lost\.", "Όλα τα σημεία έχουν δώσει δήλωση λήξης ή δηλώθηκαν χαμένα."),
    (
        r"Each proof is being checked; this takes a minute for some thousand ballots\.",
        "Ελέγχω κάθε ψήφο. Για μερικές χιλιάδες παίρνει ένα λεπτό.",
    ),
    # the steps of a term
    (r"nothing is here from (.+)", r"Δεν υπάρχει τίποτα από: \1."),
    (r"more is here than one from each trustee", "Υπάρχουν περισσότερα από ένα αρχεία για κάθε επίτροπο."),
    (
        r"the trustees do not agree on how many they are, or how many of them open a vote",
        "Οι επίτροποι έγραψαν διαφορετικό αριθμό για το πόσοι είναι ή πόσοι ανοίγουν. Ξεκινήστε όλοι με άδειο στικάκι.",
    ),
    (
        r"the trustees' keys are made by different versions of belenios-tool: all use the same one",
        "Οι επίτροποι έχουν διαφορετική έκδοση του belenios-tool. Χρειάζεται όλοι την ίδια.",
    ),
    (
        r"seat (\d+) of the (\d+) trustees is empty",
        r"Λείπει ο επίτροπος με αριθμό \1 από τους \2.",
    ),
    (
        r"seat (\d+) of the (\d+) trustees is taken twice",
        r"Δύο επίτροποι έχουν τον ίδιο αριθμό, το \1 από τα \2. Ο ένας ας κάνει νέα κλειδιά, με το στικάκι των άλλων.",
    ),
    (r"no trustee's card is here", "Δεν υπάρχει κάρτα επιτρόπου εδώ."),
    (r"officials: (.+) has not signed", r"Δεν έχει υπογράψει ακόμη: \1."),
    (
        r"roll of a vote: the credentials of this vote have been made already",
        "Τα ψηφοδέλτια αυτής της ψηφοφορίας έγιναν ήδη, μία φορά.",
    ),
)
_READ = tuple((re.compile(pattern, re.DOTALL), words) for pattern, words in _WORDS)


def greek(sentence: str) -> str:
    """What a tool says, in Greek; a sentence within it too. What has no translation is given as it is, and says so."""
    found = _found(sentence)
    return found if found else f"Το αρχείο ή η ενέργεια δεν στέκει. Δείξτε στον τεχνικό: «{sentence}»"


def in_greek(agree: Agree) -> Agree:
    """`agree`, told in Greek."""
    return lambda told: agree(plainly(map(greek, told)))


def _found(sentence: str) -> str:
    for pattern, translated in _READ:
        words = translated
        if match := pattern.fullmatch(sentence):
            for place, inner in enumerate(match.groups(""), start=1):
                words = words.replace(f"\\{place}", _found(inner) or inner)
            return words
    return ""
