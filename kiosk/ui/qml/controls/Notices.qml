// Notices in turn, one at a time. They stand still without movement or once somebody turns them; dots say how many.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Item {
    id: turner
    // As large as the height allows that it is given, one notice alone on its card.
    property bool grown: false
    property var notices: []
    property int index: 0
    // Somebody turned them: they wait a while before they go on by themselves.
    property bool held: false
    readonly property int count: notices.length
    readonly property bool turning: count > 1 && Theme.motion && !held && visible

    readonly property int spacing: Theme.px(22)
    readonly property int below: arrows.visible ? arrows.height + spacing : 0

    implicitHeight: all.longest + below
    onCountChanged: index = 0

    function turn(by) {
        index = (index + by + count) % count;
    }
    function hold(by) {
        held = true;
        again.restart();
        turn(by);
    }

    Timer {
        interval: Theme.reading
        running: turner.turning
        repeat: true
        onTriggered: turner.turn(1)
    }
    Timer {
        id: again
        interval: 5 * Theme.reading
        onTriggered: turner.held = false
    }
    // As tall as the longest of them, so that nothing jumps when they change.
    Item {
        id: all
        readonly property real longest: Math.max(0, ...children.map(each => each.implicitHeight))
        width: parent.width
        height: turner.height - turner.below

        Repeater {
            model: turner.notices
            Item {
                id: notice
                required property int index
                required property string modelData
                readonly property bool here: index === turner.index
                width: parent ? parent.width : 0
                height: parent ? parent.height : 0
                implicitHeight: Math.max(ballot.height, said.implicitHeight)
                visible: here
                opacity: here ? 1 : 0

                Behavior on opacity {
                    enabled: Theme.motion
                    NumberAnimation {
                        duration: Theme.normal
                    }
                }
                Chip {
                    id: ballot
                    anchors.verticalCenter: parent.verticalCenter
                    icon: "ballot-box"
                    side: Theme.px(turner.grown && Theme.wide ? 124 : 84)
                    ground: Theme.category("participation")
                }
                Words {
                    id: said
                    anchors.verticalCenter: parent.verticalCenter
                    x: ballot.width + Theme.space(2)
                    width: parent.width - x
                    height: turner.grown ? parent.height : implicitHeight
                    role: "label"
                    font.pixelSize: turner.grown ? Theme.display : Theme.body
                    fontSizeMode: turner.grown ? Text.Fit : Text.FixedSize
                    minimumPixelSize: Theme.px(23)
                    verticalAlignment: Text.AlignVCenter
                    wrapMode: Text.Wrap
                    text: notice.modelData
                }
            }
        }
    }
    Row {
        id: arrows
        visible: turner.count > 1
        anchors.bottom: parent.bottom
        width: parent.width
        spacing: Theme.space(2)
        readonly property int between: width - 2 * spacing - before.width - after.width

        Button {
            id: before
            objectName: "notice_before"
            iconOnly: true
            icon: "arrow-left"
            text: qsTr("The notice before")
            onPressed: turner.hold(-1)
        }
        Item {
            width: parent.between
            height: parent.height
            Accessible.role: Accessible.StaticText
            Accessible.name: qsTr("Notice %1 of %2").arg(turner.index + 1).arg(turner.count)

            Row {
                anchors.centerIn: parent
                spacing: Theme.px(14)
                Repeater {
                    model: turner.count <= 6 ? turner.count : 0
                    Rectangle {
                        required property int index
                        readonly property bool here: index === turner.index
                        anchors.verticalCenter: parent ? parent.verticalCenter : undefined
                        width: Theme.px(here ? 36 : 16)
                        height: Theme.px(16)
                        radius: height / 2
                        color: here ? Theme.primary : "transparent"
                        border.width: Theme.line
                        border.color: here ? Theme.primary : Theme.outline
                    }
                }
            }
            Words {
                anchors.centerIn: parent
                visible: turner.count > 6
                role: "caption"
                text: (turner.index + 1) + " / " + turner.count
                Accessible.ignored: true
            }
        }
        Button {
            id: after
            objectName: "notice_after"
            iconOnly: true
            icon: "arrow-right"
            text: qsTr("The next notice")
            onPressed: turner.hold(1)
        }
    }
}
