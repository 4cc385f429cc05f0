// Asks once more before the screen goes dark where no headphones are in.
import QtQuick
import booth

Dialog {
    id: sheet
    property Voice voice: null
    title: qsTr("Darken the screen?")
    icon: "eye-off"
    text: qsTr("Without headphones you will hear only the loudspeaker.")
    warning: qsTr("The screen will be black. To light it again, touch it.")
    closeText: qsTr("Keep it lit")
    closeName: "keep_lit"
    otherText: qsTr("Darken it")
    otherName: "darken"
    onClosed: voice.keepLit()
    onOther: voice.confirmDark()
}
