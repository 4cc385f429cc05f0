// A piece of text in one of the type roles. Wraps between words, never cuts; data that may hold one endless word
// (a name) says `wrapMode: Text.Wrap`.
import QtQuick
import "../theme"

Text {
    property string role: "body"
    // By how many text sizes they gave way (Fitted.qml).
    property int smaller: 0
    // Where its lines stand, for those who measure: Python cannot read the types of the alignments.
    readonly property int stands: horizontalAlignment
    readonly property bool middle: verticalAlignment === Text.AlignVCenter
    property real leading: role === "body" || role === "caption" ? Theme.leadingBody : Theme.leadingTight

    color: role === "caption" ? Theme.muted : Theme.text
    font.family: Theme.family
    font.pixelSize: smaller > 0 ? Theme.sized(role, smaller) : Theme[role]
    font.weight: role === "display" || role === "h1" ? Font.Bold
                 : role === "h2" || role === "label" ? Font.DemiBold : Font.Normal
    lineHeight: leading / Theme.leadingNatural
    wrapMode: Text.WordWrap
    textFormat: Text.PlainText
    Accessible.role: role === "display" || role === "h1" || role === "h2" ? Accessible.Heading : Accessible.StaticText
    Accessible.name: text
    Accessible.ignored: text === ""
}
