// The visit is over; a big, clear drawing of taking the card. All of it is in sight: the words give way to their room.
import QtQuick
import "../theme"
import "../controls"

Screen {
    id: screen
    readonly property var problem: shown.problem || ({ title: "", text: "", codeLine: "" })
    readonly property bool beside: !Theme.portrait
    readonly property int edge: Theme.px(Theme.low ? 28 : 56)
    readonly property int wide: width - 2 * Theme.margin

    Fitted {
        id: words
        x: Theme.margin
        y: screen.beside ? Math.max(screen.edge, Math.round((screen.height - height) / 2)) : screen.edge
        width: screen.beside ? Theme.span(screen.shown.problem ? 7 : 6) : screen.wide
        room: screen.beside ? screen.height - 2 * screen.edge : Math.round(screen.height / 2)

        Words {
            width: parent.width
            role: "display"
            smaller: words.smaller
            text: screen.shown.title
        }
        Words {
            width: parent.width
            role: "h2"
            font.weight: Font.Normal
            smaller: words.smaller
            visible: !(words.brief && screen.shown.problem)
            text: screen.shown.text
        }
        Notice {
            width: parent.width
            kind: "warning"
            role: "label"
            smaller: words.smaller
            text: screen.problem.title
        }
        Words {
            width: parent.width
            visible: text !== ""
            smaller: words.smaller
            text: screen.problem.text
        }
        Contact {
            width: parent.width
            visible: !words.brief && lines.length > 0
            lines: screen.shown.contact || []
        }
        Words {
            width: parent.width
            visible: text !== ""
            role: "caption"
            smaller: words.smaller
            text: screen.problem.codeLine
        }
    }
    Card {
        id: picture
        x: screen.beside ? words.x + words.width + Theme.gutter : Theme.margin
        y: screen.beside ? screen.edge : words.y + words.height + Theme.space(3)
        width: screen.width - Theme.margin - x
        height: screen.height - screen.edge - y

        CardDrawing {
            anchors.centerIn: parent
            comesOut: true
            width: parent.width - 2 * Theme.space(3)
            height: parent.height - 2 * Theme.space(3)
        }
    }
    CardAlarm {
        anchors.fill: parent
        // Whoever has to read why is given longer.
        visible: screen.stage.cardLeft > (screen.shown.problem ? 60 : 0)
    }
}
