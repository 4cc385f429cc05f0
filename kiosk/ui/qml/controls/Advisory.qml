// «Συμβουλευτική ψηφοφορία»: stands on every screen of a vote, because a vote at a booth binds nobody; and on every
// screen of a referendum that it is held on paper.
import QtQuick
import "../theme"

Badge {
    visible: text !== ""
    icon: "info-circle"
    colour: Theme.light ? Theme.category("participation") : Theme.text
    ground: Theme.surface
}
