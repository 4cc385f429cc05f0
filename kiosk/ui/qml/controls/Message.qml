// One thing to say, in the middle: a sign, a title, a sentence, what to do next, and the code small.
import QtQuick
import "../theme"

Pages {
    id: message
    property string icon: "alert-triangle"
    property color ground: Theme.danger
    property color ink: Theme.surface
    property var shown: ({})

    x: Theme.margin
    width: parent.width - 2 * Theme.margin
    height: parent.height

    Item {
        width: message.contentWidth
        height: Math.max(message.height, card.height + 2 * Theme.space(3))

        Card {
            id: card
            readonly property int padding: Theme.px(56)
            anchors.horizontalCenter: parent.horizontalCenter
            y: Math.round((parent.height - height) / 2)
            width: Math.min(parent.width, Theme.px(1240))
            height: Math.max(sign.height, column.implicitHeight) + 2 * padding

            Tick {
                id: sign
                x: Theme.portrait ? Math.round((parent.width - width) / 2) : card.padding
                y: card.padding
                icon: message.icon
                ground: message.ground
                ink: message.ink
            }
            Column {
                id: column
                readonly property bool beside: !Theme.portrait
                x: beside ? sign.x + sign.width + Theme.px(48) : card.padding
                y: card.padding
                width: parent.width - x - card.padding
                topPadding: beside ? 0 : sign.height + Theme.space(3)
                spacing: Theme.space(2)

                Words {
                    width: parent.width
                    role: "h1"
                    text: message.shown.title
                }
                Words {
                    width: parent.width
                    text: message.shown.text
                }
                Notice {
                    width: parent.width
                    role: "body"
                    icon: "arrow-right"
                    text: message.shown.todo
                }
                Contact {
                    width: parent.width
                    lines: message.shown.contact
                }
                Words {
                    width: parent.width
                    role: "caption"
                    text: message.shown.codeLine
                }
            }
        }
    }
}
