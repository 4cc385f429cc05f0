// Somebody would stop in the middle: they are asked once.
import "../theme"
import "../controls"

Screen {
    id: screen
    Message {
        icon: "help"
        ground: Theme.primary
        ink: Theme.primaryText
        shown: screen.shown
    }
}
