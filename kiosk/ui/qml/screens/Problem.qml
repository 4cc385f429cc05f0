// A failure: what happened, that nothing was lost, what to do next.
import "../controls"

Screen {
    id: screen
    Message {
        shown: screen.shown
    }
}
