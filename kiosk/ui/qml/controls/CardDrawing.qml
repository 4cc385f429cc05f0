// Our own drawing of the reader and the card, going in or coming out.
import QtQuick
import "../theme"

Item {
    id: drawing
    property bool comesOut: false
    property real part: 1
    implicitWidth: Theme.px(420)
    implicitHeight: Theme.px(380)
    Accessible.role: Accessible.Graphic
    Accessible.name: comesOut ? qsTr("Drawing: the card comes out of the reader") : qsTr("Drawing: the card goes into the reader")

    readonly property real k: Math.min(width / 420, height / 380)
    function s(n) {
        return Math.round(n * k);
    }

    Item {
        width: drawing.s(420)
        height: drawing.s(380)
        anchors.centerIn: parent

        Item {
            // What is above the slot is inside the reader and not seen.
            y: drawing.s(112)
            width: parent.width
            height: parent.height - y
            clip: true

            Rectangle {
                id: card
                readonly property real near: drawing.s(-96)
                readonly property real far: drawing.s(12)
                x: drawing.s(110)
                y: near + (far - near) * drawing.part
                width: drawing.s(200)
                height: drawing.s(252)
                radius: drawing.s(18)
                color: Theme.primary
                border.width: Theme.line
                border.color: Theme.outline

                Rectangle {
                    x: drawing.s(66)
                    y: drawing.s(30)
                    width: drawing.s(68)
                    height: drawing.s(54)
                    radius: drawing.s(9)
                    color: Theme.focusOuter
                    border.width: Theme.line
                    border.color: Theme.focusInner

                    Rectangle {
                        anchors.centerIn: parent
                        width: Theme.line
                        height: parent.height
                        color: Theme.focusInner
                    }
                    Rectangle {
                        anchors.centerIn: parent
                        height: Theme.line
                        width: parent.width
                        color: Theme.focusInner
                    }
                }
                Icon {
                    x: drawing.s(70)
                    y: drawing.s(128)
                    side: drawing.s(60)
                    name: drawing.comesOut ? "arrow-big-down" : "arrow-big-up"
                    colour: Theme.primaryText
                }
                Rectangle {
                    x: drawing.s(36)
                    y: drawing.s(210)
                    width: drawing.s(128)
                    height: drawing.s(10)
                    radius: height / 2
                    color: Theme.primaryText
                }
            }
        }
        Rectangle {
            width: parent.width
            height: drawing.s(112)
            radius: drawing.s(22)
            color: Theme.light ? Theme.header : Theme.surface
            border.width: Theme.light ? 0 : Theme.line
            border.color: Theme.outline

            Rectangle {
                anchors.horizontalCenter: parent.horizontalCenter
                y: drawing.s(34)
                width: drawing.s(12)
                height: width
                radius: width / 2
                color: Theme.stripe
            }
            Rectangle {
                anchors.horizontalCenter: parent.horizontalCenter
                anchors.bottom: parent.bottom
                width: drawing.s(252)
                height: drawing.s(26)
                radius: drawing.s(8)
                color: Theme.text
                border.width: Theme.light ? 0 : Theme.line
                border.color: Theme.outline
            }
        }
    }
    SequentialAnimation on part {
        running: Theme.motion && drawing.visible
        loops: Animation.Infinite
        NumberAnimation {
            from: drawing.comesOut ? 0.1 : 1
            to: drawing.comesOut ? 1 : 0.1
            duration: Theme.slow
            easing.type: Easing.InOutCubic
        }
        PauseAnimation {
            duration: Theme.slow
        }
    }
}
