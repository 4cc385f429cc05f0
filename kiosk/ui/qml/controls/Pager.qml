// What was seen and what is left, in words, and the two buttons that lead there.
import QtQuick
import "../theme"

Rectangle {
    id: pager
    property string seen
    property string ahead
    // Why the way on is still shut, once all was seen.
    property string why
    property bool atStart: true
    property bool atEnd: false
    readonly property int pad: Math.max(12, Theme.px(14))
    // Of all that it may come to say the longest: it must not change its height while a page is read.
    property string longest
    readonly property bool narrow: longestWords.implicitWidth + down.wordsWidth + up.width + 5 * pad + sign.width > width

    signal turned(int by)

    implicitHeight: Math.max(up.implicitHeight, longestWords.contentHeight) + 2 * pad
    height: implicitHeight
    radius: Theme.radius(1)
    color: Theme.infoBg
    border.width: Theme.light ? 0 : Theme.line
    border.color: Theme.outline

    Words {
        id: longestWords
        visible: false
        width: words.width
        role: "label"
        leading: Theme.leadingTight
        text: pager.longest
    }
    Icon {
        id: sign
        x: pager.pad + Theme.px(12)
        anchors.verticalCenter: parent.verticalCenter
        name: "list-numbers"
        colour: Theme.infoText
        side: Theme.icon
    }
    Words {
        id: words
        anchors.verticalCenter: parent.verticalCenter
        x: sign.x + sign.width + pager.pad
        width: up.x - x - pager.pad
        role: "label"
        leading: Theme.leadingTight
        color: Theme.infoText
        text: pager.why !== "" ? pager.why : pager.ahead ? pager.seen + " · " + pager.ahead : pager.seen
        Accessible.role: Accessible.AlertMessage
    }
    Button {
        id: up
        objectName: "page_up"
        x: down.x - width - pager.pad
        anchors.verticalCenter: parent.verticalCenter
        icon: "arrow-up"
        iconOnly: true
        text: qsTr("Page up")
        note: pager.seen
        enabled: !pager.atStart
        onPressed: pager.turned(-1)
    }
    Button {
        id: down
        objectName: "page_down"
        x: pager.width - width - pager.pad
        anchors.verticalCenter: parent.verticalCenter
        icon: "arrow-down"
        iconRight: true
        iconOnly: pager.narrow
        text: qsTr("Further down")
        note: pager.ahead
        enabled: !pager.atEnd
        onPressed: pager.turned(1)
    }
}
