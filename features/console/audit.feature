@browser
Feature: Audit log in the console

  Background:
    Given Root is an administrator
    And Ada is logged in

  Scenario: A link to one event
    Given Grace is a support agent
    And Grace has the console open
    When Root blocks Ada
    And Grace opens the address "/audit?action=user.login&event={event user.blocked}"
    Then Grace sees "user.blocked"
    And Grace sees "Copy link to this event"
    When Grace reloads the page
    Then Grace sees "user.blocked"
    And Grace sees "Copy link to this event"
    When Grace clicks "Copy link to this event"
    Then Grace sees "Copied"
    When Grace clicks "Close"
    Then Grace does not see "user.blocked"
    When Grace opens the address "{copied link}"
    Then Grace sees "user.blocked"

  Scenario: Copying an identifier
    Given Root has the console open
    When Root opens the address "/audit?event={event user.login}"
    And Root clicks "Copy event ID"
    Then Root sees "Copied"
    And the clipboard of Root's browser contains "{event user.login}"

  Scenario: An event that does not exist
    Given Root has the console open
    When Root opens the address "/audit?event=00000000-0000-7000-8000-000000000000"
    Then Root sees "No event has this ID"

  Scenario: New events appear automatically, and the open event stays when it leaves the list
    Given Root has the console open
    When Root opens the address "/audit?action=user.registered"
    Then the table "Audit events" has 2 rows
    When Root toggles the switch Live
    And Grace registers
    Then the table "Audit events" has 3 rows
    When Root opens the event "user.registered"
    Then Root sees "Copy link to this event"
    Given a proxy responds to Root's requests for "/audit-events?*" with an empty list
    Then Root sees "No event matches these filters"
    And Root sees "Copy link to this event"
