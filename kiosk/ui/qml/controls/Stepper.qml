// A small whole number, one up or down at a time.
import QtQuick
import "../theme"

Item {
    id: stepper
    property string label
    property string note
    property int value: 0
    property int from: 0
    property int to: 10

    signal changed(int value)

    implicitHeight: Math.max(words.implicitHeight, less.height)
    Accessible.role: Accessible.SpinBox
    Accessible.name: label
    Accessible.description: value + ". " + note

    Column {
        id: words
        anchors.verticalCenter: parent.verticalCenter
        width: less.x - Theme.space(2)
        Words {
            width: parent.width
            role: "label"
            text: stepper.label
            Accessible.ignored: true
        }
        Words {
            width: parent.width
            visible: text !== ""
            role: "caption"
            leading: 1.3
            text: stepper.note
            Accessible.ignored: true
        }
    }
    Button {
        id: less
        objectName: "less"
        anchors.verticalCenter: parent.verticalCenter
        x: number.x - width
        iconOnly: true
        icon: "minus"
        text: qsTr("Fewer: %1").arg(stepper.label)
        enabled: stepper.value > stepper.from
        onPressed: stepper.changed(stepper.value - 1)
    }
    Words {
        id: number
        anchors.verticalCenter: parent.verticalCenter
        x: more.x - width
        width: Math.max(Theme.px(120), Math.round(Theme.h1 * 2.2))
        role: "h1"
        horizontalAlignment: Text.AlignHCenter
        text: stepper.value
        Accessible.ignored: true
    }
    Button {
        id: more
        objectName: "more"
        anchors.verticalCenter: parent.verticalCenter
        x: parent.width - width
        iconOnly: true
        icon: "plus"
        text: qsTr("More: %1").arg(stepper.label)
        enabled: stepper.value < stepper.to
        onPressed: stepper.changed(stepper.value + 1)
    }
}
