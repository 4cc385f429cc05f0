// Asks once more before the screen goes dark where no headphones are in.
import QtQuick
import booth

Dialog {
    id: sheet
    property Voice voice: null
    title: qsTr("Darken the screen?")
    icon: "eye-off"
    warning: qsTr("There are no headphones in. The screen will be black, and you will hear it only from the loudspeaker.")
    text: qsTr("To light it again, touch the screen.")
    closeText: qsTr("Keep it lit")
    closeName: "keep_lit"
    otherText: qsTr("Darken it")
    otherName: "darken"
    onClosed: voice.keepLit()
    onOther: voice.confirmDark()
}
