// A place in a queue: the resident's number large, who is served now, how many are before them.
pragma ComponentBehavior: Bound
import QtQuick
import "../theme"

Card {
    id: queue
    property string number
    property string served
    // People before the resident; 0: it is their turn.
    property int before: 0
    // Minutes to wait, as far as the booth can tell; below 0: it cannot.
    property int minutes: -1
    readonly property int padding: Theme.px(Theme.low ? 28 : 40)
    readonly property string saidBefore: before === 0 ? qsTr("It is your turn.")
                                         : before === 1 ? qsTr("One person is before you.")
                                         : qsTr("%1 people are before you.").arg(before)

    implicitHeight: column.implicitHeight + 2 * padding
    height: implicitHeight
    Accessible.role: Accessible.StaticText
    Accessible.name: qsTr("Your number: %1").arg(number) + ". " + saidBefore

    Column {
        id: column
        x: queue.padding
        y: queue.padding
        width: parent.width - 2 * x
        spacing: Theme.px(14)

        Words {
            width: parent.width
            role: "caption"
            font.weight: Font.DemiBold
            horizontalAlignment: Text.AlignHCenter
            text: qsTr("Your number")
            Accessible.ignored: true
        }
        Words {
            width: parent.width
            role: "display"
            horizontalAlignment: Text.AlignHCenter
            text: queue.number
            Accessible.ignored: true
        }
        // One small figure for each person before, and the resident's own at the end; beyond nine the words alone say it.
        Row {
            anchors.horizontalCenter: parent.horizontalCenter
            visible: queue.before <= 9
            spacing: Theme.px(10)
            Repeater {
                model: queue.before <= 9 ? queue.before + 1 : 0
                Icon {
                    required property int index
                    readonly property bool me: index === queue.before
                    name: me ? "user-check" : "user"
                    side: Theme.px(me ? 52 : 44)
                    colour: me ? Theme.primary : Theme.muted
                }
            }
        }
        Words {
            width: parent.width
            role: "h2"
            horizontalAlignment: Text.AlignHCenter
            text: queue.saidBefore
            Accessible.role: Accessible.AlertMessage
        }
        Words {
            width: parent.width
            visible: queue.minutes >= 0 && queue.before > 0
            horizontalAlignment: Text.AlignHCenter
            color: Theme.muted
            text: qsTr("About %1 minutes.").arg(queue.minutes)
        }
        Words {
            width: parent.width
            visible: queue.served !== ""
            role: "caption"
            horizontalAlignment: Text.AlignHCenter
            text: qsTr("Now being served: %1").arg(queue.served)
        }
    }
}
