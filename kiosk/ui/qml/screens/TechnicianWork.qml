// A technician's work under way: what, and how much of it where that is known.
import QtQuick
import "../theme"
import "../controls"

Screen {
    id: screen

    WorkCard {
        icon: screen.shown.icon
        title: screen.shown.title
        text: screen.shown.text

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
