// Long work: what it does and how far it is.
import QtQuick
import "../controls"

Screen {
    id: screen

    WorkCard {
        icon: screen.shown.icon
        title: screen.shown.title
        text: screen.shown.text

        ProgressWords {
            width: parent.width
            step: screen.shown.step
        }
    }
}
