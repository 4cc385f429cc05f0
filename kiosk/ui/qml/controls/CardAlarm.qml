// The card was left behind: one large, steady change that is seen from afar. Nothing flashes.
import QtQuick
import "../theme"

Rectangle {
    id: alarm

    color: Theme.primary
    Accessible.role: Accessible.AlertMessage
    Accessible.name: words.text

    Column {
        anchors.centerIn: parent
        width: Math.min(parent.width - 2 * Theme.margin, Theme.px(1400))
        spacing: Theme.space(3)

        Icon {
            anchors.horizontalCenter: parent.horizontalCenter
            name: "credit-card"
            side: Math.min(Theme.px(300), Math.round(alarm.height * 0.36))
            colour: Theme.primaryText
        }
        Words {
            id: words
            width: parent.width
            role: "display"
            horizontalAlignment: Text.AlignHCenter
            color: Theme.primaryText
            text: qsTr("Your card is still in the booth. Please take it.")
            Accessible.ignored: true
        }
    }
}
