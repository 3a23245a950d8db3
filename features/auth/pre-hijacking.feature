Feature: An account registered with the address of somebody else

  Mallory registers with Ada's e-mail address, and Ada verifies it. An address that was verified without a session of its
  account does not show that both are the same person. The first login link or password reset then makes the owner of the
  address the only holder of the account.

  Rule: The address was verified without a session of the account

    Background:
      Given Mallory has an account with email "ada@example.org"
      And Mallory is logged in
      And a mail to "ada@example.org" holds a link to "/verify-email"
      And the link is used
      And the response is 204 No Content

    Scenario: The first login link removes the password and all sessions
      Given somebody has got a link to log in at "ada@example.org"
      When the link is used
      Then the response shows Mallory's account
      And a notice "Earlier access to your account was removed" goes to "ada@example.org"
      And the audit log has 1 "user.claimed" event for Mallory
      When Mallory requests the current user
      Then the request is rejected with 401 invalid_token
      When Mallory refreshes
      Then the request is rejected with 401 invalid_refresh_token
      When Mallory logs in
      Then the request is rejected with 401 invalid_credentials
      When Mallory logs in as "ada@example.org"
      Then the request is rejected with 401 invalid_credentials

    Scenario: The first password reset removes the password and all sessions
      Given Mallory has got a link to set a new password
      When the link is used with the password "seven lanterns over the bay"
      Then the response is 204 No Content
      And a notice "Earlier access to your account was removed" goes to "ada@example.org"
      And the audit log has 1 "user.claimed" event for Mallory
      When Mallory requests the current user
      Then the request is rejected with 401 invalid_token
      When Mallory logs in
      Then the request is rejected with 401 invalid_credentials
      And Mallory can log in with password "seven lanterns over the bay"

    Scenario: A password set by reset stays at the next login link
      Given Mallory has got a link to set a new password
      And the link is used with the password "seven lanterns over the bay"
      And somebody has got another link to log in at "ada@example.org"
      When the link is used
      Then the response shows Mallory's account
      And Mallory can log in with password "seven lanterns over the bay"
      And the audit log has 1 "user.claimed" event for Mallory

    Scenario: A password set after the first login link stays at the next one
      Given somebody has got a link to log in at "ada@example.org"
      And Mallory logs in with the link
      And Mallory sets the first password to "seven lanterns over the bay"
      And somebody has got another link to log in at "ada@example.org"
      When the link is used
      Then the response shows Mallory's account
      And Mallory can log in with password "seven lanterns over the bay"

    Scenario: A pending address is removed
      Given Mallory has asked to change the email to "mallory@example.com"
      And somebody has got another link to log in at "ada@example.org"
      When Mallory logs in with the link
      And Mallory requests the current user
      Then the account's e-mail address is "ada@example.org", verified
      And the account's pending_email is empty
      When the older link is used
      Then the request is rejected with 401 invalid_token

    Scenario: Changing the password does not make the account Mallory's
      Given Mallory changes the own password to "seven lanterns over the bay"
      And somebody has got another link to log in at "ada@example.org"
      When the link is used
      Then the response shows Mallory's account
      When Mallory requests the current user
      Then the request is rejected with 401 invalid_token

  Rule: The bearer token decides

    Scenario: In a session of the account nothing is removed later
      Given Ada has an account with email "ada@example.org"
      And Ada is logged in
      And a mail to "ada@example.org" holds a link to "/verify-email"
      And the link is used in a session of Ada
      And the response is 204 No Content
      And somebody has got a link to log in at "ada@example.org"
      When the link is used
      Then the response shows Ada's account
      And no mail goes out
      And Ada is still logged in
      And Ada can log in
      And the audit log has 0 "user.claimed" events for Ada

    Scenario: A session of another account shows nothing
      Given Mallory has an account with email "ada@example.org"
      And a mail to "ada@example.org" holds a link to "/verify-email"
      And Grace is logged in
      And the link is used in a session of Grace
      And the response is 204 No Content
      And somebody has got a link to log in at "ada@example.org"
      When the link is used
      Then the response shows Mallory's account
      When Mallory logs in
      Then the request is rejected with 401 invalid_credentials

    Scenario: A broken bearer token spends nothing
      Given Ada has an account with email "ada@example.org"
      And a mail to "ada@example.org" holds a link to "/verify-email"
      When the link is used with a broken bearer token
      Then the request is rejected with 401 invalid_token
      When the link is used
      Then the response is 204 No Content

    Scenario: A pending address is claimed by a session too
      Given Ada has the verified email "ada@example.org"
      And Ada is logged in
      And Ada has asked to change the email to "ada@example.com"
      And the link is used in a session of Ada
      And somebody has got another link to log in at "ada@example.com"
      When the link is used
      Then the response shows Ada's account
      And Ada can log in
