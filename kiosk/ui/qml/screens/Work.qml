// Long work: what it does and how far it is, by its steps or by how much of it is done.
import QtQuick
import "../theme"
import "../controls"

Screen {
    id: screen

    WorkCard {
        icon: screen.shown.icon
        title: screen.shown.title
        text: screen.shown.text

        ProgressWords {
            width: parent.width
            visible: Boolean(screen.shown.step)
            step: screen.shown.step
        }
        Rectangle {
            visible: screen.shown.total > 0
            width: parent.width
            height: Theme.px(24)
            radius: height / 2
            color: Theme.surface
            border.width: Theme.line
            border.color: Theme.primary

            Rectangle {
                height: parent.height
                radius: height / 2
                width: Math.round(parent.width * Math.min(1, screen.shown.done / Math.max(1, screen.shown.total)))
                color: Theme.primary
            }
        }
    }
}
