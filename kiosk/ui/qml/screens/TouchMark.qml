// The touch test: one mark at a time, to be touched with a finger. The way on skips a mark that does not answer.
import QtQuick
import "../theme"
import "../controls"

Screen {
    id: screen
    readonly property string place: shown.place
    readonly property bool below: place.startsWith("bottom")
    readonly property bool beyond: place.endsWith("right")
    readonly property bool middle: place === "middle"

    Words {
        id: title
        anchors.horizontalCenter: parent.horizontalCenter
        y: screen.middle ? Theme.space(3) : Math.round((parent.height - height - counted.height) / 2)
        width: parent.width - 2 * Theme.margin - (screen.middle ? 0 : 2 * mark.width)
        role: "h1"
        horizontalAlignment: Text.AlignHCenter
        text: screen.shown.title
    }
    Words {
        id: counted
        anchors.horizontalCenter: parent.horizontalCenter
        y: title.y + title.height + Theme.space(1)
        width: title.width
        horizontalAlignment: Text.AlignHCenter
        color: Theme.muted
        text: screen.shown.text
    }
    Rectangle {
        id: mark
        objectName: "touch_mark"
        x: screen.middle ? Math.round((parent.width - width) / 2) : screen.beyond ? parent.width - width : 0
        y: screen.middle ? Math.round((parent.height - height) / 2) : screen.below ? parent.height - height : 0
        width: Theme.px(150)
        height: width
        radius: width / 2
        color: hand.pressed ? Theme.sunken : Theme.surface
        border.width: Theme.lineStrong
        border.color: Theme.primary
        Accessible.role: Accessible.Graphic
        Accessible.name: screen.shown.title + ". " + screen.shown.text

        Icon {
            anchors.centerIn: parent
            name: "hand-stop"
            side: Theme.px(72)
            colour: Theme.primary
        }
        // Not a button of the kit: keys must not reach it, only a finger tells whether the glass answers here.
        TapHandler {
            id: hand
            gesturePolicy: TapHandler.ReleaseWithinBounds
            onTapped: screen.stage.choose(screen.shown.press)
        }
    }
}
