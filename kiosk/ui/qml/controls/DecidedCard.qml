// What is being decided, one thing at a time and grown to its room; on a quiet day what can be done here.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Card {
    id: card
    property var shown: ({ notices: [], categories: [], how: "" })
    property int inset: Theme.px(36)
    readonly property bool quiet: shown.notices.length === 0
    readonly property int wide: width - 2 * inset
    readonly property bool inRow: title.implicitWidth + advisory.width + Theme.space(3) <= wide
    readonly property int begins: Math.max(title.y + title.height, advisory.visible ? advisory.y + advisory.height : 0) + Theme.space(2)
    // The sentence on who takes part goes where the notice itself has too little room.
    readonly property bool told: !quiet && height - begins - inset - how.implicitHeight - Theme.target >= Theme.px(260)

    Words {
        id: title
        x: card.inset
        y: card.inset
        width: card.inRow ? Math.ceil(implicitWidth) : card.wide
        role: "h2"
        font.weight: Font.Bold
        text: card.quiet ? qsTr("What you can do here") : qsTr("What is being decided")
    }
    Advisory {
        id: advisory
        x: card.inRow ? card.width - card.inset - width : card.inset
        y: card.inRow ? title.y + Math.round((title.height - height) / 2) : title.y + title.height + Theme.space(1)
        most: card.wide
        text: card.quiet ? "" : qsTr("Advisory vote")
    }
    Words {
        id: how
        x: card.inset
        y: card.begins
        width: card.wide
        visible: card.told
        color: Theme.muted
        text: card.shown.how
    }
    Notices {
        x: card.inset
        y: card.begins + (card.told ? how.height + Theme.space(1) : 0)
        width: card.wide
        height: card.height - card.inset - y
        visible: !card.quiet
        grown: true
        notices: card.shown.notices
    }
    Column {
        x: card.inset
        y: card.begins
        width: card.wide
        visible: card.quiet

        Repeater {
            model: card.quiet ? card.shown.categories : []
            Item {
                id: line
                required property var modelData
                width: card.wide
                height: Math.min(Theme.px(280), Math.floor((card.height - card.inset - card.begins) / card.shown.categories.length))

                Chip {
                    id: chip
                    anchors.verticalCenter: parent.verticalCenter
                    icon: line.modelData.icon
                    side: Math.min(Theme.px(148), line.height - Theme.space(1))
                    ground: Theme.category(line.modelData.category)
                }
                Words {
                    anchors.verticalCenter: parent.verticalCenter
                    x: chip.width + Theme.space(3)
                    width: parent.width - x
                    height: Math.min(implicitHeight, parent.height)
                    role: "h1"
                    fontSizeMode: Text.Fit
                    minimumPixelSize: Theme.px(26)
                    text: line.modelData.title
                }
            }
        }
    }
}
