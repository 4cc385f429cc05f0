// The booth cannot serve: why, and what to do.
import "../theme"
import "../controls"

Screen {
    id: screen
    Message {
        icon: "hand-stop"
        ground: Theme.primary
        ink: Theme.primaryText
        shown: screen.shown
    }
}
