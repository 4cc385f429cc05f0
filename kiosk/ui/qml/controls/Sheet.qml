// A sheet over the screen: title, content that pages, one or two buttons. Nothing below it can be reached.
import QtQuick
import booth
import "../theme"

Rectangle {
    id: sheet
    required property WindowStage stage
    property string title
    property string icon: "info-circle"
    property string closeText: qsTr("Close")
    property string closeName: "close_sheet"
    property string otherText
    property string otherName: "other"
    default property alias content: pages.content

    signal closed
    signal other

    objectName: "sheet"
    anchors.fill: parent
    color: Theme.scrim
    Accessible.role: Accessible.Dialog
    Accessible.name: title

    MouseArea {
        anchors.fill: parent
    }
    Card {
        id: card
        readonly property int padding: Theme.px(Theme.lowReach ? 32 : 48)
        // In low reach it stands on the floor, and only its title may rise above the middle.
        readonly property int most: Theme.lowReach ? parent.height - Theme.space(3) - Theme.reachTop + pages.y
                                                   : parent.height - 2 * Theme.space(3)
        anchors.horizontalCenter: parent.horizontalCenter
        y: Theme.lowReach ? parent.height - Theme.space(3) - height : Math.round((parent.height - height) / 2)
        width: Math.min(parent.width - 2 * Theme.margin, Theme.px(1240))
        height: Math.min(parent.height - 2 * Theme.space(3), most, wanted)
        readonly property int wanted: head.height + pages.wanted + foot.height + 2 * Theme.space(3) + 2 * padding

        Row {
            id: head
            x: card.padding
            y: card.padding
            width: parent.width - 2 * card.padding
            spacing: Theme.space(2)

            Icon {
                id: sign
                anchors.verticalCenter: parent.verticalCenter
                name: sheet.icon
                colour: Theme.primary
                side: Theme.px(56)
            }
            Words {
                anchors.verticalCenter: parent.verticalCenter
                width: parent.width - sign.width - parent.spacing
                role: "h1"
                text: sheet.title
            }
        }
        Pages {
            id: pages
            readonly property int wanted: wantedHeight
            sceneTop: card.y + y
            x: card.padding
            y: head.y + head.height + Theme.space(3)
            width: parent.width - 2 * card.padding
            height: foot.y - Theme.space(3) - y
        }
        Grid {
            id: foot
            // One above the other where their words are too long.
            columns: other.visible && other.implicitWidth + close.implicitWidth + spacing > parent.width - 2 * card.padding ? 1 : 2
            horizontalItemAlignment: Grid.AlignRight
            anchors.right: parent.right
            anchors.rightMargin: card.padding
            y: parent.height - height - card.padding
            spacing: Theme.space(2)

            SecondaryButton {
                id: other
                objectName: sheet.otherName
                visible: sheet.otherText !== ""
                text: sheet.otherText
                onPressed: sheet.other()
            }
            PrimaryButton {
                id: close
                objectName: sheet.closeName
                icon: "check"
                text: sheet.closeText
                width: Math.max(implicitWidth, Theme.px(300))
                onPressed: sheet.closed()
            }
        }
    }
}
