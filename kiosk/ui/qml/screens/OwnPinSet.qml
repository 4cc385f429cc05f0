// The card has its holder's own PIN: done, and what to do with the letter.
import "../theme"
import "../controls"

Screen {
    id: screen
    Message {
        icon: "check"
        ground: Theme.success
        ink: Theme.successText
        shown: screen.shown
    }
}
