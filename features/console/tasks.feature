@browser
Feature: Tasks in the console

  Background:
    Given Root is an administrator

  Scenario: Blocking a user and finding the audit event
    Given Ada is logged in
    And Root has the console open
    When Root opens the screen "Users"
    And Root searches for "ada" and opens the user
    And Root blocks the user with the reason "Sends spam" until "2035-01-31T12:00"
    Then Root sees the alert "ada was blocked"
    And Root sees "Sends spam"
    And Ada's access token is rejected
    When Root clicks the tab "Audit"
    Then Root sees "user.blocked"
    When Root opens the event "user.blocked"
    Then the details of the event contain "Sends spam"
    And Root sees "Request ID"
    And Root sees "Chrome on Linux"
    And the details of the event contain "2035-01-31T12:00"

  Scenario: Events caused by one user
    Given Ada is logged in
    And Root has the console open
    When Root opens the screen "Audit log"
    And Root enters "oo" as the actor and selects "root"
    Then the audit log shows only events with the actor "root"
    When Root reloads the page
    Then the audit log shows only events with the actor "root"
    And Root can download the audit log as "CSV"

  Scenario: Filters are kept in the address
    Given Ada has an account
    And Root has the console open
    When Root opens the address "/users?q=ada"
    Then the table "Users" has 1 row
    When Root reloads the page
    Then the table "Users" has 1 row
    When Root opens the address "/users/?q=ada"
    Then the table "Users" has 1 row

  Scenario: Creating a user
    Given Root has the console open
    When Root opens the screen "Users"
    And Root clicks "Create user"
    And Root enters "margaret" as "Username"
    And Root clicks "Create"
    Then Root sees "Give this link to margaret"
    When Root clicks "Done"
    Then the screen "margaret" is shown to Root

  Scenario: Erasing a user requires the name
    Given Ada has an account
    And Root has the console open
    When Root opens the screen "Users"
    And Root searches for "ada" and opens the user
    And Root chooses the action "Erase permanently"
    Then the button "Erase permanently" is disabled
    When Root types the name of the user and confirms "Erase permanently"
    Then the screen "Users" is shown to Root
    And Ada does not exist any more

  Scenario: Rotating the signing key
    Given Root has the console open
    When Root opens the screen "Signing keys"
    And Root clicks "Rotate"
    And Root confirms "Rotate"
    Then the table "Signing keys" has 2 rows
    And Root sees "retiring"

  Scenario: Retrying a dead email
    Given the operator has configured a mail server
    And the service delivers email
    And a dead email to ada@example.org is in the outbox
    And Root has the console open
    When Root clicks the link "Show the emails"
    And Root clicks "Retry the email to ada@example.org"
    Then Root sees "is queued again"
    And the mail server receives one email for ada@example.org

  Scenario: Why a login limit has its value
    Given the operator has set rateLimit.login.points to 40
    And Root has the console open
    When Root finds "rateLimit.login.points" with the command palette
    Then Root sees the layer "the file local.yaml" with the value 40
    And Root sees the layer "the file default.yaml" with the value 60

  Scenario: Rolling back a revision
    Given Root has the console open
    And the operator has set rateLimit.login.points to 40
    When Root opens the screen "Revisions"
    And Root rolls back to revision 1 on the screen
    Then Root sees the alert "is active"
    And Root sees "file change"
    And the setting rateLimit.login.points is 60

  Scenario: Exporting the audit log
    Given Root has the console open
    When Root opens the screen "Audit log"
    Then Root can download the audit log as "CSV"

  Scenario: An error can be reported
    Given Root has the console open
    When Root opens the address "/users/00000000-0000-7000-8000-000000000000"
    Then Root sees the error "Not found" with the code "not_found" and a button to copy the request ID
