Feature: A new e-mail address is pending until it is verified

  While the current address is verified it stays the address of the account, and its owner is told of the change.

  Background:
    Given Ada has the verified email "ada@example.org"
    And Ada is logged in

  Scenario: The new address is pending, and both addresses get a mail
    When Ada changes the email to "ada@example.com"
    Then the account's e-mail address is "ada@example.org", verified
    And the account's pending_email is "ada@example.com"
    And the audit log has 1 "user.email_change_requested" event for Ada
    And the audit log has 0 "user.email_changed" events for Ada
    And "ada@example.com" gets a link to prove the address, and "ada@example.org" a notice "Request to change your e-mail address"

  Scenario: Verifying the pending address completes the change
    Given Ada has asked to change the email to "ada@example.com"
    When the link is used
    Then the response is 204 No Content
    And the audit log has 1 "user.email_changed" event for Ada
    And the audit log has 1 "user.email_verified" event for Ada
    And a notice "Your e-mail address was changed" goes to "ada@example.org"
    When Ada requests the current user
    Then the account's e-mail address is "ada@example.com", verified
    And the account's pending_email is empty
    When Ada logs in as "ada@example.org"
    Then the request is rejected with 401 invalid_credentials
    When Ada logs in as "ada@example.com"
    Then Ada receives tokens

  Scenario: A pending address opens nothing
    Given Ada has asked to change the email to "ada@example.com"
    When Ada logs in as "ada@example.com"
    Then the request is rejected with 401 invalid_credentials
    When somebody asks for a link to set a new password for "ada@example.com"
    Then no mail goes out
    Given somebody has got a link to log in at "ada@example.com"
    When the link is used
    Then somebody new is logged in, at "ada@example.com"
    When the older link is used
    Then the request is rejected with 409 email_taken
    When Ada logs in as "ada@example.org"
    Then Ada receives tokens

  Scenario: The current address again cancels the change
    Given Ada has asked to change the email to "ada@example.com"
    When Ada changes the email to "Ada@Example.org"
    Then the account's e-mail address is "Ada@Example.org", verified
    And the account's pending_email is empty
    And no mail goes out
    When the link is used
    Then the request is rejected with 401 invalid_token

  Scenario: Another new address takes the place of the pending one
    Given Ada has asked to change the email to "ada@example.com"
    When Ada changes the email to "ada@example.net"
    Then the account's pending_email is "ada@example.net"
    And "ada@example.net" gets a link to prove the address, and "ada@example.org" a notice "Request to change your e-mail address"
    When the older link is used
    Then the request is rejected with 401 invalid_token
    When the link is used
    Then the response is 204 No Content

  Scenario: The pending address again gets another link
    Given Ada has asked to change the email to "ada@example.com"
    When Ada changes the email to "ada@example.com"
    Then a mail to "ada@example.com" holds a link to "/verify-email"
    When the older link is used
    Then the request is rejected with 401 invalid_token
    When the link is used
    Then the response is 204 No Content

  Scenario: Another link for the pending address
    Given Ada has asked to change the email to "ada@example.com"
    When Ada asks for a link to prove the address
    Then a mail to "ada@example.com" holds a link to "/verify-email"

  Scenario: Removing the address removes the pending one
    Given Ada has asked to change the email to "ada@example.com"
    When Ada clears the email
    Then the account's e-mail address is null, unverified
    And the account's pending_email is empty
    And a notice "Your e-mail address was changed" goes to "ada@example.org"
    When the link is used
    Then the request is rejected with 401 invalid_token

  Scenario: Somebody else verifies the pending address first
    Given Ada has asked to change the email to "ada@example.com"
    And Grace has the verified email "ADA@example.com"
    When the link is used
    Then the request is rejected with 409 email_taken
    When Ada requests the current user
    Then the account's e-mail address is "ada@example.org", verified

  Scenario: A link for the old address is void after the change
    Given Ada has got a link to set a new password
    And Ada has asked to change the email to "ada@example.com"
    And the link is used
    When the older link is used
    Then the request is rejected with 401 invalid_token

  Scenario: A new password cancels a pending change
    Given Ada has asked to change the email to "ada@example.com"
    When Ada changes the own password to "seven lanterns over the bay"
    And Ada requests the current user
    Then the account's pending_email is empty
    When the link is used
    Then the request is rejected with 401 invalid_token

  Scenario: A password reset cancels a pending change
    Given Ada has asked to change the email to "ada@example.com"
    And Ada has got a link to set a new password
    When the link is used with the password "seven lanterns over the bay"
    Then the response is 204 No Content
    When the older link is used
    Then the request is rejected with 401 invalid_token
    When Ada logs in with password "seven lanterns over the bay"
    And Ada requests the current user
    Then the account's e-mail address is "ada@example.org", verified
    And the account's pending_email is empty

  Scenario: An administrator's change ends a pending one
    Given Root is an administrator
    And Ada has asked to change the email to "ada@example.com"
    When Root writes "ada@example.net" into the email of Ada
    Then the account shows the email "ada@example.net"
    And "ada@example.net" gets a link to prove the address, and "ada@example.org" a notice "Your e-mail address was changed"
    When the older link is used
    Then the request is rejected with 401 invalid_token

  Scenario: The pending address is part of the own data
    Given Ada has asked to change the email to "ada@example.com"
    When Ada downloads the own data
    Then it holds the pending address "ada@example.com"
