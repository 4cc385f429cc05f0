// Twenty seconds before a visit closes; any touch means "I am here".
import QtQuick
import "../theme"

Sheet {
    id: sheet
    title: qsTr("Are you still here?")
    icon: "clock"
    closeText: qsTr("I need more time")
    closeName: "extend"
    otherText: qsTr("End my visit")
    otherName: "end_visit"
    onClosed: stage.touched(false)
    onOther: stage.endVisit()

    Column {
        width: parent ? parent.width : 0
        spacing: Theme.space(2)
        Words {
            width: parent.width
            text: qsTr("Your visit closes in %1 seconds, to protect your data. Touch the screen to continue.").arg(sheet.stage.idleLeft)
            Accessible.role: Accessible.AlertMessage
        }
    }
}
